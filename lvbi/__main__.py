"""`python -m lvbi` is `lvbi`."""

from lvbi.cli import app

app()
