"""The server settings of the portal, for a program that has no database."""

from portal import server

for _name in ("bind", "workers", "worker_class", "threads", "preload_app", "timeout", "graceful_timeout", "keepalive"):
    globals()[_name] = getattr(server, _name)
