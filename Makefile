# Verbs; each is a script in ops/ or one line.
.PHONY: run test build release format lint proto clean

run: ; ops/run
test: ; ops/test
build: ; ops/setup && swift build
release: ; ops/setup && swift build -c release
format: ; swift format -i --parallel --recursive Package.swift Sources Tests
lint: ; swift format lint --strict --parallel --recursive Package.swift Sources Tests
proto: ; ops/proto
clean: ; rm -rf .build
