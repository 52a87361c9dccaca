"""The page frame: titles, navigation, and what every page must say."""

import pandas as pd
import streamlit as st

from pages.components.readable import readable
from pages.components.services import services
from results_db import StoreError

pd.set_option("mode.string_storage", "python")   # of a page's few rows Arrow's strings take longer than all else
st.set_page_config(page_title="Tensor Product Explorer", layout="wide")

readable()
page = st.navigation(
    [
        st.Page("pages/tradeoff.py", title="Tradeoff", default=True),
        st.Page("pages/scaling.py", title="Scaling"),
        st.Page("pages/interactions.py", title="Interactions"),
        st.Page("pages/choose.py", title="Choose"),
        st.Page("pages/certificate.py", title="Certificate"),
        st.Page("pages/runs.py", title="Runs"),
        st.Page("pages/history.py", title="History"),
        st.Page("pages/data.py", title="Data"),
        st.Page("pages/hardware.py", title="Hardware"),
        st.Page("pages/method.py", title="Method"),
    ],
    position="top",
)
try:
    warning = services().warning
except StoreError as error:
    st.error(f"The history cannot be opened: {error}")
    st.stop()
if warning:
    st.warning(warning[0].upper() + warning[1:])
page.run()
