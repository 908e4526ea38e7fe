"""What admins change about the portal itself."""

from portal.site.actions.settings import change_site, take_chance

__all__ = ["change_site", "take_chance"]
