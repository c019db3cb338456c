import PaperVenue

PaperVenueProcess.main()
