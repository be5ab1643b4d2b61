"""cofu_adopt: adopt a rope of mussels in the grid sea of Gouqi island."""

import os

if not os.environ.get("PROMETHEUS_MULTIPROC_DIR", "none"):
    # prometheus-client would take an empty one for the folder in which the process stands.
    del os.environ["PROMETHEUS_MULTIPROC_DIR"]
