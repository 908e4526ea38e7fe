"""Hooks: other systems are told of what happens here, signed as Standard Webhooks, or as messages for Slack."""
