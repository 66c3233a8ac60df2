# One image for all services; docker-compose.yml says which of them a container runs.

FROM node:20.20.2-bookworm-slim AS programs
WORKDIR /app
# The same pnpm as in scripts/run.mjs. Downloads depend on the lock file only, so a change of sources does not repeat them.
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npx --yes pnpm@12.21.0 fetch --prod
COPY . .
RUN npx --yes pnpm@12.21.0 install --prod --offline --frozen-lockfile
# The same bundle as the command makes for itself: whatever the programs need is in it.
RUN node packages/cli/src/bundle/bundle-into.mjs bundled

FROM node:20.20.2-bookworm-slim
WORKDIR /app
COPY --from=programs /app/bundled .
COPY LICENSE THIRD-PARTY-NOTICES ./
WORKDIR /app/programs
ENV NODE_ENV=production
USER node
# A container starts once, and a stack of it is read by a person: here the maps of sources are worth their time.
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["coordinator-main.mjs"]
