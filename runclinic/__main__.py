"""`python -m runclinic` is the same as the console script `runclinic`."""

import sys

from runclinic.cli import main

if __name__ == "__main__":
    sys.exit(main())
