"""What comes in by mail: answers to letters, which become posts, and letters that came back."""
