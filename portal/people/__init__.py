"""Accounts, contacts, roles, organisations, groups, sessions."""
