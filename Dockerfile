# Everything is built in the first stage; the second holds what runs, and nothing to build with.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/pixtract
COPY . .
RUN make build \
    && .venv/bin/python -m pip --disable-pip-version-check uninstall --quiet --yes pip setuptools \
    && rm -rf node_modules var build/setup.lock tools Makefile package.json package-lock.json \
        Dockerfile docker-compose.yml requirements-dev.txt \
    && find assets -mindepth 1 -maxdepth 1 ! -name dist -exec rm -rf {} +

FROM python:3.11-slim-bookworm
# The base image's own installers: what runs here is in the environment of the first stage.
RUN python -m pip --disable-pip-version-check uninstall --quiet --yes --root-user-action=ignore \
        setuptools wheel pip \
    && useradd --system --uid 10001 --home-dir /srv/pixtract pixtract \
    && install -d -o pixtract -g pixtract /var/lib/pixtract
WORKDIR /srv/pixtract
COPY --from=build /srv/pixtract /srv/pixtract
ENV PATH=/srv/pixtract/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIXTRACT_VAR_DIR=/var/lib/pixtract \
    PIXTRACT_BIND=0.0.0.0
USER pixtract
VOLUME /var/lib/pixtract
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-m", "pixtract.supervisor.probe"]
# All of it in one container; docker-compose.yml runs the processes apart.
CMD ["python", "-m", "pixtract.supervisor"]
