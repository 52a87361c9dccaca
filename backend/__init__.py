"""Science and measuring: everything but `server.py` and `__main__.py` runs without Streamlit and DuckDB."""
