"""`python -m core`."""

import os
import sys

from core.jobs.process import POLITE_THREADS

# Before scikit-learn loads OpenMP, which reads it once.
os.environ.update({**POLITE_THREADS, **os.environ})

from core.cli import main

if __name__ == "__main__":
    sys.exit(main())
