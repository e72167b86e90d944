# graft serve in a container; the README says how to build and run it ("In a container").

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY .mvn .mvn
COPY pom.xml LICENSE NOTICE ./
COPY src/main src/main
RUN mvn -B -q -Dgraft.quick=true -Dmaven.test.skip=true package \
    && mv target/graft-*-cli.jar graft.jar

# The natives need glibc 2.35 and its libstdc++: Ubuntu 22.04 (jammy), Debian 12, or newer. No Alpine.
FROM eclipse-temurin:17-jre-jammy

# scripts/native.env; a test compares them.
ENV GOMP_SPINCOUNT=2000 \
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_MAX_=0 \
    MALLOC_TRIM_THRESHOLD_=4000000000 \
    OPENCV_LOG_LEVEL=OFF \
    TORCH_CPP_LOG_LEVEL=ERROR

COPY --from=build /build/graft.jar /opt/graft/graft.jar

# The native libraries are unpacked once, into the user's .javacpp/cache: that shows that they load
# here, and containers start sooner. Where that folder cannot be written to, they go to /tmp again.
RUN useradd --system --uid 10001 --user-group --create-home --shell /usr/sbin/nologin graft
USER 10001:10001
RUN ["java", "-XX:-UsePerfData", "-jar", "/opt/graft/graft.jar", "--version"]

EXPOSE 8080

# The base may have no curl, but it has bash. With --tls-cert, replace this check.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /v2/health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

# Java is process 1 and gets SIGTERM itself: it answers the requests in progress, then ends.
ENTRYPOINT ["java", "-XX:-UsePerfData", "-jar", "/opt/graft/graft.jar", "serve", "--host", "0.0.0.0"]
CMD ["--model", "/models/model.pt"]
