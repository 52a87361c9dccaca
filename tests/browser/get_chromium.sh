#!/bin/sh
# Sees to it that the browser tests find a Chromium: an installed one, else Debian's, else Playwright's own.
# Usage: get_chromium.sh PYTHON    (the interpreter that has Playwright)

python=${1:-python3}

for browser in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable chrome; do
    "$browser" --version >/dev/null 2>&1 && exit 0
done

as_debian_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

if as_debian_root; then
    echo "Installing Debian's chromium for the browser tests"
    apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null &&
        chromium --version && exit 0
fi

"$python" -m playwright install $(as_debian_root && echo --with-deps) chromium && exit 0

echo "The browser tests need Chromium and none could be installed:" \
    "install one, or name it with CHROMIUM=/path/to/chromium." >&2
exit 1
