#!/bin/sh
# What the image starts: at the first start its configuration goes into the volume, and stays as it is from then on.
# Rules, themes and walls stay with the program, so that an upgrade brings them.
set -eu
shipped=$(dirname "$0")/../config
if [ ! -e "$WIREDESK_CONFIG/pipeline.toml" ]; then
    if [ ! -w "$WIREDESK_CONFIG" ]; then
        echo "wiredesk: $WIREDESK_CONFIG can't be written by $(id -un 2>/dev/null || id -u): give it to user $(id -u)" >&2
        exit 2
    fi
    # pipeline.toml last: it says that the others are there. Services that start at once copy the same
    for file in "$shipped"/feeds*.toml "$shipped"/pipeline.toml; do
        part=$WIREDESK_CONFIG/.$(basename "$file").$$
        cp "$file" "$part"
        mv "$part" "$WIREDESK_CONFIG/$(basename "$file")"
    done
    echo "wiredesk: the configuration is in $WIREDESK_CONFIG: edit it there" >&2
fi
exec wiredesk "$@"
