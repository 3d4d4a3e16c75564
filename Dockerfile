# PyQuiz as an image: docker build -t pyquiz . (docs/hosting.md). What only builds stays behind in the first stage.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN apt-get update && apt-get install -y --no-install-recommends binutils

# The environment goes into the image whole, so it has no pip of its own: the one outside fills it, and takes out again
# what only makes the package. Symbols that only a debugger reads would be a tenth of the image; what compilers, type
# checkers and Windows read goes too.
RUN python -m venv --without-pip /opt/pyquiz
COPY requirements.lock /src/
RUN python -m pip --python /opt/pyquiz/bin/python install --no-compile --require-hashes -r /src/requirements.lock
COPY . /src/
RUN python -m pip --python /opt/pyquiz/bin/python install --no-compile --no-deps --no-build-isolation /src \
    && python -m pip --python /opt/pyquiz/bin/python uninstall -y \
        editables hatchling packaging pathspec pluggy tomlkit trove-classifiers \
    && find /opt/pyquiz -name '*.so' -not -path '*.libs/*' -exec strip --strip-unneeded {} + \
    && find /opt/pyquiz -regex '.*\.\(pyi\|pyx\|pxd\|c\|h\|hpp\|cpp\|dll\)' -delete

# Nothing can be written later, so what a start imports is compiled now (Python's own library too: this base image has no
# bytecode of it), and the questions are read. A start takes half the time or less.
RUN PYTHONPYCACHEPREFIX=/opt/pyquiz/bytecode XDG_CACHE_HOME=/opt/pyquiz/cache /opt/pyquiz/bin/python -m cli.warm


FROM python:3.12-slim
COPY --from=build /opt/pyquiz /opt/pyquiz
RUN groupadd --gid 10001 pyquiz \
    && useradd --uid 10001 --gid pyquiz --home-dir /data --no-create-home --shell /usr/sbin/nologin pyquiz \
    && install --directory --owner=pyquiz --group=pyquiz /data

# /data is all that PyQuiz writes to, and only where it keeps a SQLite file.
ENV PATH=/opt/pyquiz/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPYCACHEPREFIX=/opt/pyquiz/bytecode \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/opt/pyquiz/cache \
    XDG_DATA_HOME=/data \
    PYQUIZ_HTTP_PORT=8080
USER 10001:10001
WORKDIR /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["pyquiz", "health"]
ENTRYPOINT ["pyquiz"]
CMD ["run"]
