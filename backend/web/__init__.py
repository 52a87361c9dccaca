"""What the server adds to Streamlit: warm-up, headers, the REST interface, the file that tells where it is."""
