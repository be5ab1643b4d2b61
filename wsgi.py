"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

from cofu_adopt.app import create_app

app = create_app()
