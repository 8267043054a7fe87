#!/usr/bin/env bash
# being written
