"""Run the command line with ``python -m access15``."""

from access15.cli.start import main

main()
