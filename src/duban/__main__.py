"""`python -m duban` is the `duban` command."""

import sys

from duban.cli import main

sys.exit(main())
