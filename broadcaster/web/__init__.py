"""What the world may call: the page behind the link in our texts, and the receipts of providers and partners. Door: `public`."""
