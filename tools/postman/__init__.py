"""A Postman collection (format 2.1) out of the API's schema: ``python -m tools.postman``."""
