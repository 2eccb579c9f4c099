# One process a container: docker build -t convlens . && docker run -p 8000:8000 convlens
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000
WORKDIR /srv/convlens

# The CPU build of torch: a tenth of the size of the one with CUDA.
COPY pyproject.toml constraints.txt ./
RUN pip install --no-cache-dir uv \
 && uv pip install --system --no-cache --compile-bytecode --torch-backend=cpu --constraint constraints.txt -r pyproject.toml \
 && pip uninstall --yes uv

# Compiled here once, as nothing can be written later.
COPY app/ app/
RUN python -m compileall -q app
COPY templates/ templates/
COPY static/ static/
COPY locales/ locales/
COPY model_weights/ model_weights/

# By number, so that Kubernetes can see that it is not root. Nothing is written but to /tmp.
RUN useradd --system --no-create-home --uid 10001 convlens
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["python", "-c", "import os, httpx; httpx.get(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz').raise_for_status()"]
CMD ["python", "-m", "app"]
