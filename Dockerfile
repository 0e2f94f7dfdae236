FROM python:3.12-slim

WORKDIR /opt/wiredesk
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY pipeline pipeline
COPY workers workers
COPY config config
COPY docker docker
# one number for the user, so that a folder of the host can be given to it; the program itself is only read
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && python -m compileall -q pipeline workers config \
    && useradd --system --uid 10001 --home /var/lib/wiredesk wiredesk \
    && install -d -o wiredesk -g wiredesk /var/lib/wiredesk /var/lib/wiredesk/config /var/lib/wiredesk/var

ENV WIREDESK_CONFIG=/var/lib/wiredesk/config \
    WIREDESK_VAR=/var/lib/wiredesk/var
USER wiredesk
WORKDIR /var/lib/wiredesk
VOLUME ["/var/lib/wiredesk/config", "/var/lib/wiredesk/var"]
HEALTHCHECK --interval=30s --timeout=15s --start-period=180s --retries=2 CMD ["wiredesk", "health"]
ENTRYPOINT ["/opt/wiredesk/docker/entrypoint.sh"]
CMD ["run"]
