FROM python:3.12-slim

WORKDIR /opt/wiredesk
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY pipeline pipeline
COPY workers workers
COPY config config
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && useradd --system --home /var/lib/wiredesk --create-home wiredesk

USER wiredesk
VOLUME /var/lib/wiredesk
ENTRYPOINT ["wiredesk"]
CMD ["run"]
