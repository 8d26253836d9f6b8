"""What each command does; heavy imports live here, not in lvbi.cli."""
