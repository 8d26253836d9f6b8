"""Rules of this house that ordinary linters do not know; `python -m tests.house_lint` looks for breaches."""
