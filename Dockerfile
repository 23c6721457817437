# syntax=docker/dockerfile:1
# The image of one pipeline: streams-runner, the pipeline's module, the libraries that they need, and no compiler.
#
#   docker build -t prices --build-context pipeline=path/to/prices path/to/streams
#
# Without --build-context it is the example simple_map_filter. A folder with a CMakeLists.txt is built by it, and has to make
# the module `pipeline`: streams_add_pipeline(pipeline SOURCES ...); of any other folder all *.cpp and *.cc are one module.
# For one with a ParquetSerializer add --build-arg DEPS="build parquet": streams-runner's library for it comes too, and Arrow.

# --- Streams itself: built again only when its sources change.
FROM debian:12-slim AS streams
ENV STREAMS_DEPS=/opt/streams-deps
WORKDIR /streams
ARG DEPS=build
COPY dev ./
COPY adapters/parquet/requirements.txt adapters/parquet/
RUN ./dev deps "$DEPS"
COPY . ./
RUN cmake --preset release -DCMAKE_INSTALL_PREFIX=/opt/streams -DSTREAMS_BUILD_TESTS=OFF -DSTREAMS_BUILD_EXAMPLES=OFF \
 && cmake --build --preset release \
 && cmake --install build/release

# --- The pipeline's sources: --build-context pipeline=FOLDER takes the place of this stage.
FROM scratch AS pipeline
COPY examples/simple_map_filter /

# --- The pipeline, and what goes into the image: /image, and the Debian packages of all libraries that it needs.
FROM streams AS build
COPY --from=pipeline / /pipeline/
RUN [ -e /pipeline/CMakeLists.txt ] || cp cmake/pipeline_image/CMakeLists.txt /pipeline/
RUN cmake -S /pipeline -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=/opt/streams \
 && cmake --build /build --target pipeline
RUN mkdir -p /image/opt/streams/bin /image/opt/streams/lib \
 && cp /opt/streams/bin/streams-runner /image/opt/streams/bin/ \
 && cp "$(find /build -name pipeline.so)" /image/opt/streams/ \
 && late=/opt/streams/lib/streams/parquet.so && if [ -e "$late" ]; then \
      mkdir /image/opt/streams/lib/streams && cp "$late" /image/opt/streams/lib/streams/; else late=; fi \
 && ldd /opt/streams/bin/streams-runner /image/opt/streams/pipeline.so $late > /libraries \
 && ! grep 'not found' /libraries
RUN sed -n 's|.* => \(/opt/[^ ]*\) (0x.*|\1|p' /libraries \
  | while read -r library; do cp -L "$library" /image/opt/streams/lib/ || exit 1; done \
 && sed -n '/ => \/opt\//d; s|.*/\([^/ ]*\) (0x.*|\1|p' /libraries | sort -u \
  | while read -r library; do dpkg-query -S "*/$library" || exit 1; done > /owners \
 && sed 's/:.*//' /owners | sort -u > /packages \
 && cat /packages

# --- The image.
FROM debian:12-slim
COPY --from=build /packages /tmp/packages
RUN apt-get update \
 && xargs apt-get install -y --no-install-recommends ca-certificates < /tmp/packages \
 && rm -rf /var/lib/apt/lists/* /tmp/packages \
 && groupadd --gid 10001 streams \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin streams
COPY --from=build /image/ /
# The libraries find each other, and the pipeline loads: else there is no image.
RUN echo /opt/streams/lib > /etc/ld.so.conf.d/streams.conf && ldconfig \
 && /opt/streams/bin/streams-runner plan --graph /opt/streams/pipeline.so
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
ENTRYPOINT ["/opt/streams/bin/streams-runner"]
CMD ["--help"]
