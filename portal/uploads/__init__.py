"""Files that people bring: pictures and attachments of posts, and pictures of themselves."""
