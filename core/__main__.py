"""`python -m core`."""

import os
import sys

from core.jobs.process import ENVIRONMENT

# Before scikit-learn loads OpenMP or TensorFlow is imported, which read it once.
os.environ.update({**ENVIRONMENT, **os.environ})

from core.cli.parser import main

if __name__ == "__main__":
    sys.exit(main())
