"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

import gc
import sys

from config import SettingsError

try:
    # The folder of /metrics is made when its library is loaded.
    from cofu_adopt.app import create_app

    app = create_app()
except SettingsError as error:
    sys.exit(str(error))

# What was made until here stays: the collector need not walk over it after every few requests.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
