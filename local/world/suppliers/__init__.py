"""A simulated supplier: its SFTP server, and what it does with files of orders."""
