# One image for all services; docker-compose.yml says which of them a container runs.

FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
# The same pnpm as in scripts/run.mjs. Downloads depend on the lock file only, so a change of sources does not repeat them.
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npx --yes pnpm@12.21.0 fetch --prod
COPY . .
# tsx loads the sources as they are. It belongs to packages/cli, and is made visible to all services here.
RUN npx --yes pnpm@12.21.0 install --prod --offline --frozen-lockfile --config.public-hoist-pattern=tsx

FROM node:20.20.2-bookworm-slim
WORKDIR /app
COPY --from=packages /app .
# A container starts once: there is nothing to cache, and nothing to write to.
ENV NODE_ENV=production TSX_DISABLE_CACHE=1
USER node
ENTRYPOINT ["node", "--import", "tsx"]
CMD ["services/coordinator/src/main.ts"]
