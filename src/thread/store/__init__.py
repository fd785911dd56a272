"""Tables: the only place below the service that touches a disk or a database."""
