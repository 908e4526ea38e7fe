"""Release notes whose items link to ideas: drafts, preview, publishing, correcting, withdrawing."""
