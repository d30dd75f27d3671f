# All four processes without the training environment; compose.yaml names their commands. Written with care and not yet run by us: no container engine was at hand.
FROM python:3.12-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY bot bot
COPY broadcaster broadcaster
COPY content content
COPY nlu/*.py nlu/model.tar.gz nlu/
RUN uv sync --frozen --no-dev

FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-kaz tesseract-ocr-rus && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 saqbol && mkdir /data && chown saqbol /data
COPY --from=build --chown=saqbol /app /app
USER saqbol
WORKDIR /app
ENV SAQBOL_DATABASE=sqlite:////data/saqbol.db SAQBOL_HOST=0.0.0.0 SAQBOL_PORT=8000 SAQBOL_PAPER=/data/paper.jsonl PATH=/app/.venv/bin:$PATH
VOLUME /data
EXPOSE 8000 8001 8002
CMD ["sh", "-c", "python -m bot migrate && exec python -m bot serve"]
