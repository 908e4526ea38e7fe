"""What hooks can hear of."""

KINDS = (
    "thread.created",
    "reply.created",
    "answer.accepted",
    "idea.created",
    "idea.voted",
    "idea.outcome",
    "idea.merged",
    "announcement.published",
    "loop.told",
    "loop.undelivered",
    "loop.confirmed",
)
PING = "ping"
"""What an admin sends to try a hook."""
VERSION = 1
"""Of the shape of what is sent (docs/webhooks.md). Fields may be added to it; raise it when one goes or changes."""
