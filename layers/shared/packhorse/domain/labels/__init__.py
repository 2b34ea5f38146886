"""Labels: consignments, the rates and labels that carriers sell for them, and the tracking of parcels."""
