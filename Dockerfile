# Everything is built in the first stage; the second holds what runs.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/pixtract
COPY . .
RUN make build && rm -rf node_modules var build/setup.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/pixtract pixtract \
    && install -d -o pixtract -g pixtract /var/lib/pixtract
WORKDIR /srv/pixtract
COPY --from=build /srv/pixtract /srv/pixtract
ENV PATH=/srv/pixtract/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PIXTRACT_VAR_DIR=/var/lib/pixtract \
    PIXTRACT_BIND=0.0.0.0
USER pixtract
VOLUME /var/lib/pixtract
EXPOSE 8000
STOPSIGNAL SIGTERM
# All of it in one container; docker-compose.yml runs the processes apart.
CMD ["python", "-m", "pixtract.supervisor"]
