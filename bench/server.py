"""The server settings of the portal, for a program that has no database."""

import gc
import runpy
from pathlib import Path

_settings = runpy.run_path(str(Path(__file__).parents[1] / "gunicorn.conf.py"))

for _name in ("bind", "workers", "worker_class", "threads", "preload_app", "timeout", "graceful_timeout", "keepalive"):
    globals()[_name] = _settings[_name]
on_exit = _settings["on_exit"]
gc.enable()  # they load without it
