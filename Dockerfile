# syntax=docker/dockerfile:1
# The image of one pipeline: streams-runner, the pipeline's module, the libraries that they need, and no compiler.
#
#   docker build -t prices --build-context pipeline=path/to/prices path/to/streams
#
# Without --build-context it is the example simple_map_filter. A folder with a CMakeLists.txt is built by it, and has to make
# the module `pipeline`: streams_add_pipeline(pipeline SOURCES ...); of any other folder all *.cpp and *.cc are one module.

# --- Streams itself: built again only when its sources change.
FROM debian:12-slim AS streams
ENV STREAMS_DEPS=/opt/streams-deps
WORKDIR /streams
COPY dev ./
RUN ./dev deps build
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
 && cp -a /opt/streams/lib/*.so* /image/opt/streams/lib/ \
 && cp -L /opt/streams-deps/librdkafka-*/lib/librdkafka.so.1 /image/opt/streams/lib/ \
 && cp "$(find /build -name pipeline.so)" /image/opt/streams/ \
 && /image/opt/streams/bin/streams-runner plan --graph /image/opt/streams/pipeline.so
RUN ldd /image/opt/streams/bin/streams-runner /image/opt/streams/pipeline.so > /libraries \
 && ! grep 'not found' /libraries \
 && sed -n 's|.*/\([^/ ]*\) (0x.*|\1|p' /libraries | sort -u \
  | while read -r library; do \
      [ -e "/image/opt/streams/lib/$library" ] || dpkg-query -S "*/$library" || exit 1; \
    done > /owners \
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
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
ENTRYPOINT ["/opt/streams/bin/streams-runner"]
CMD ["--help"]
