"""What happened: one row, written in the transaction of the change it tells of."""
