"""Gates, readers, kiosks: MQTT and BLE in, domain verbs out. Decides nothing."""
