"""Servers of suppliers on this machine: OpenSSH, FTP and mail for tests, a small SFTP server for the local stack."""
