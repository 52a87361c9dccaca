# docker build -t tensor-product-explorer --build-arg TORCH_INDEX=URL .
# docker run --init -p 127.0.0.1:8501:8501 -v history:/data tensor-product-explorer
#
# TORCH_INDEX: the index of PyTorch's CPU builds, as PyTorch's "Start locally" page names it; without it the image
# takes PyTorch's usual build, several GB of CUDA libraries with it.

FROM python:3.11-slim-bookworm AS packages
ARG TORCH_INDEX=
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY constraints.txt requirements.txt /tmp/
# PyTorch's own tests and C++ headers are of no use without a compiler.
RUN /opt/venv/bin/pip install ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -r /tmp/requirements.txt \
    && rm -rf /opt/venv/lib/python3.11/site-packages/torch/test /opt/venv/lib/python3.11/site-packages/torch/include

FROM python:3.11-slim-bookworm
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    ADDRESS=0.0.0.0 \
    PORT=8501 \
    HISTORY=/data/history.duckdb
COPY --from=packages /opt/venv /opt/venv
COPY . .
# A file system that is read only cannot keep compiled modules, so they are made here.
RUN python -m compileall -q . && install -d -o 10001 -g 10001 /data
VOLUME /data
USER 10001:10001
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["python", "-m", "backend.server"]
