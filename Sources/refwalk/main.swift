print("refwalk")
