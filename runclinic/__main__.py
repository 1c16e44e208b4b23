"""`python -m runclinic` is the same as the console script `runclinic`."""

import multiprocessing
import sys

from runclinic.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # installed as one file, the first look at a film starts it once more
    sys.exit(main())
