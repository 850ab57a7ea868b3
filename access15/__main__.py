"""Run the command line with ``python -m access15``."""

from access15.cli.start import start

if __name__ == "__main__":  # processes that a run begins import this module, too
    start()
