# Two commands on a fresh machine: make demo, make test. The rest is for those who work on Assay.
.PHONY: demo test fault-test lint format record bench setup build

demo: ## audit a warehouse of generated data, on a PostgreSQL of its own
	@bin/setup
	@swift build --product assay
	@.build/debug/assay demo

test: ## lint, build once, run every test on a real PostgreSQL
	@bin/setup test
	@bin/lint
	@bin/test

fault-test: ## strike fixes and services with every fault at every step, and print the figures
	@bin/setup test
	@bin/fault-test

setup: ## install the system packages, nothing else
	@bin/setup test

build: ## the commands assay, assay-import and assay-server, optimised; they run where Swift is not installed
	@bin/setup
	@swift build -c release --static-swift-stdlib --product assay
	@swift build -c release --static-swift-stdlib --product assay-import
	@swift build -c release --static-swift-stdlib --product assay-server

lint: ## hold the sources against .swift-format
	@bin/lint

format: ## format the sources in place
	@bin/lint --fix

record: ## write golden files and generated pages anew, then show the difference
	@bin/record

bench: ## ours against hand-fused SQL and a bare count(*); PEERS=1 adds Great Expectations, Soda, dbt
	@bin/setup test
	@Benchmarks/run
