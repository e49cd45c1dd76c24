{{/*
Configuration of the gateway's nginx, 1.22 or newer: writes go to distributors, queries to query-frontends, nothing else gets through.
Pages about the processes (/config, /metrics, /ingester/...) stay inside.
*/}}
{{- define "telamon.nginxConf" -}}
{{- $g := .Values.gateway -}}
{{- $distributor := include "telamon.roleHost" (dict "root" . "role" "distributor") -}}
{{- $distributors := default (list (printf "%s:9009" $distributor)) $g.upstreams.distributor -}}
{{- $frontend := include "telamon.roleHost" (dict "root" . "role" "query-frontend") -}}
worker_processes auto;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;

events {
  worker_connections 8192;
}

http {
  client_body_temp_path /tmp/client;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  map $status $is_loggable {
    ~^[23] {{ ternary 1 0 $g.logRequests }};
    default 1;
  }
  access_log /dev/stdout combined if=$is_loggable;
  server_tokens off;

  client_max_body_size {{ $g.maxBodySize }};
  proxy_read_timeout {{ $g.readTimeout }};
  grpc_read_timeout {{ $g.readTimeout }};
  proxy_http_version 1.1;
  # A pod that went away is tried no second time for a write: the client decides.
  proxy_next_upstream error timeout;
  proxy_request_buffering off;

  upstream distributor {
    {{- range $distributors }}
    server {{ . }};
    {{- end }}
    keepalive 64;
  }
  upstream distributor_otlp {
    {{- range default $distributors $g.upstreams.distributorOtlpGrpc }}
    server {{ if $g.upstreams.distributorOtlpGrpc }}{{ . }}{{ else }}{{ regexReplaceAll ":[0-9]+$" . ":4317" }}{{ end }};
    {{- end }}
    keepalive 64;
  }
  upstream query_frontend {
    {{- range default (list (printf "%s:9009" $frontend)) $g.upstreams.queryFrontend }}
    server {{ . }};
    {{- end }}
    keepalive 64;
  }

  {{- if $g.tls.enabled }}

  ssl_certificate /etc/telamon/tls/tls.crt;
  ssl_certificate_key /etc/telamon/tls/tls.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  {{- end }}
  {{- $ssl := ternary " ssl" "" $g.tls.enabled }}

  server {
    {{- include "telamon.nginxListen" (dict "root" . "port" 8080 "more" $ssl) | nindent 4 }}
    {{- include "telamon.nginxGuard" . | nindent 4 }}

    location = /live { auth_basic off; access_log off; return 200 "live\n"; }
    location = /ready { auth_basic off; access_log off; return 200 "ready\n"; }

    location ~ ^/(prometheus/)?api/(v1|prom)/(push|write|receive)(/|$) { proxy_pass http://distributor; }
    location ~ ^/(otlp|api/v1/otlp|opentelemetry)?/?v1/metrics$ { proxy_pass http://distributor; }

    location /prometheus/ { proxy_pass http://query_frontend; }
    location /api/v1/ { proxy_pass http://query_frontend; }
    location = /federate { proxy_pass http://query_frontend; }
    location = /api/prom/user_stats { proxy_pass http://query_frontend; }

    location / { return 404; }
  }

  # OTLP, gRPC without TLS by prior knowledge; nginx 1.25 and newer takes HTTP/1 here, too.
  server {
    {{- include "telamon.nginxListen" (dict "root" . "port" 4317 "more" (printf "%s http2" $ssl)) | nindent 4 }}
    {{- include "telamon.nginxGuard" . | nindent 4 }}

    location /opentelemetry.proto.collector.metrics.v1.MetricsService/ { grpc_pass grpc://distributor_otlp; }
    location = /v1/metrics { proxy_pass http://distributor; }
    location / { return 404; }
  }

  server {
    {{- include "telamon.nginxListen" (dict "root" . "port" 4318 "more" $ssl) | nindent 4 }}
    {{- include "telamon.nginxGuard" . | nindent 4 }}

    location = /v1/metrics { proxy_pass http://distributor; }
    location / { return 404; }
  }
}
{{- end -}}

{{- define "telamon.nginxListen" -}}
listen {{ .port }}{{ .more }};
{{- if .root.Values.global.ipv6 }}
listen [::]:{{ .port }}{{ .more }};
{{- end }}
{{- end -}}

{{/* Who may come in, and whose tenant a request is. */}}
{{- define "telamon.nginxGuard" -}}
{{- $g := .Values.gateway -}}
{{- if $g.basicAuth.existingSecret -}}
auth_basic "Telamon";
auth_basic_user_file /etc/telamon/htpasswd/.htpasswd;
{{ end -}}
{{- $tenant := "$http_x_scope_orgid" -}}
{{- if $g.tenant }}{{ $tenant = $g.tenant }}{{ else if and $g.basicAuth.existingSecret $g.basicAuth.tenantFromUser }}{{ $tenant = "$remote_user" }}{{ end -}}
proxy_set_header Host $host;
proxy_set_header Connection "";
proxy_set_header X-Scope-OrgID {{ $tenant }};
grpc_set_header X-Scope-OrgID {{ $tenant }};
{{- if $g.basicAuth.existingSecret }}
# The password ends here.
proxy_set_header Authorization "";
grpc_set_header Authorization "";
{{- end }}
{{- end -}}
